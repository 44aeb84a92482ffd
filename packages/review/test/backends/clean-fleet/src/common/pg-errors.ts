import { QueryFailedError } from 'typeorm';

const UNIQUE_VIOLATION = '23505';
const RETRYABLE = new Set(['40001', '40P01']);

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driverError = error.driverError as { code?: string };
  return driverError.code;
}

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION;
export const isRetryable = (error: unknown): boolean => RETRYABLE.has(codeOf(error) ?? '');
