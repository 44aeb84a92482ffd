import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { hashPassword } from '../auth/passwords.js';
import { prisma } from '../lib/prisma.js';

const args = parseArgs({
  options: { clinic: { type: 'string' }, email: { type: 'string' } },
});
const { clinic, email } = z.object({ clinic: z.string().min(1), email: z.email() }).parse(args.values);

const prompt = createInterface({ input: process.stdin, output: process.stderr });
const password = z.string().min(12).parse(await prompt.question('Password: '));
prompt.close();

try {
  await prisma.clinic.create({
    data: {
      name: clinic,
      users: {
        create: { email: email.toLowerCase(), role: 'ADMIN', passwordHash: await hashPassword(password) },
      },
    },
  });
} finally {
  await prisma.$disconnect();
}
