import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { chunksOf } from '../lib/chunks.js';
import { prisma } from '../lib/prisma.js';
import { newPatient } from '../patients/schemas.js';

const CHUNK = 500;

const args = parseArgs({
  options: { clinic: { type: 'string' }, file: { type: 'string' } },
});
const { clinic, file } = z.object({ clinic: z.uuid(), file: z.string().min(1) }).parse(args.values);

function readRows(path: string) {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header.split(';');
  return lines.map((line, index) => {
    const cells = line.split(';');
    const row = Object.fromEntries(names.map((name, column) => [name, cells[column] || undefined]));
    const parsed = newPatient.safeParse(row);
    if (!parsed.success) throw new Error(`Line ${index + 2}: ${z.prettifyError(parsed.error)}`);
    return { ...parsed.data, clinicId: clinic };
  });
}

let imported = 0;
try {
  for (const chunk of chunksOf(readRows(file), CHUNK)) {
    const { count } = await prisma.patient.createMany({ data: chunk, skipDuplicates: true });
    imported += count;
    process.stdout.write(`\r${imported} imported`);
  }
  process.stdout.write('\n');
} finally {
  await prisma.$disconnect();
}
