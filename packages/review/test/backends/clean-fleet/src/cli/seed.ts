import { randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as argon2 from 'argon2';
import dataSource from '../database/data-source';
import { Role, User } from '../users/user.entity';
import { Vehicle } from '../vehicles/vehicle.entity';

interface Seed {
  fleetId: string;
  vehicles: { plate: string; model: string }[];
}

function readSeed(path: string): Seed {
  if (!existsSync(path)) throw new Error(`No such file: ${path}`);
  return JSON.parse(readFileSync(path, 'utf8')) as Seed;
}

async function main(): Promise<void> {
  if (process.env.NODE_ENV === 'production') throw new Error('Not in production');
  const { fleetId, vehicles } = readSeed(process.argv[2] ?? 'seed.json');
  const password = scryptSync(randomBytes(16), 'seed', 12).toString('base64url');
  const passwordHash = await argon2.hash(password);
  await dataSource.initialize();
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO fleets (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [fleetId, 'Demo']);
      await manager.upsert(
        Vehicle,
        vehicles.map(({ plate, model }) => ({ plate, model, fleetId })),
        ['fleetId', 'plate'],
      );
      await manager.upsert(
        User,
        { fleetId, email: 'manager@fleet.example', passwordHash, role: Role.Manager },
        ['email'],
      );
    });
  } finally {
    await dataSource.destroy();
  }
  process.stdout.write(`manager@fleet.example signs in with ${password}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
