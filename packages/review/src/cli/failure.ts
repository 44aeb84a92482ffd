/** The command line, or what it names, is wrong: told without a stack, ends with exit code 2. */
export class UsageError extends Error {}
