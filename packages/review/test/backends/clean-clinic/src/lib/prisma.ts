import { Prisma, PrismaClient } from '@prisma/client';

export const prisma = new PrismaClient({
  transactionOptions: { maxWait: 2_000, timeout: 5_000 },
});

export type Db = Prisma.TransactionClient;

const UNIQUE_VIOLATION = 'P2002';
const WRITE_CONFLICT = 'P2034';
const NOT_FOUND = 'P2025';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
}

export const isUniqueViolation = (error: unknown) => hasCode(error, UNIQUE_VIOLATION);
export const isWriteConflict = (error: unknown) => hasCode(error, WRITE_CONFLICT);
export const isMissingRecord = (error: unknown) => hasCode(error, NOT_FOUND);
