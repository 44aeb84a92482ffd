import { z } from 'zod';

const url = (protocols: RegExp) => z.url({ protocol: protocols });

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  DATABASE_URL: url(/^postgres(ql)?$/),
  REDIS_URL: url(/^rediss?$/),
  JWT_SECRET: z.string().min(32),
  CORS_ORIGINS: z
    .string()
    .transform((value) => value.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url()).min(1)),
  SMTP_URL: url(/^smtps?$/),
  MAIL_FROM: z.email(),
  PAYMENTS_URL: url(/^https?$/),
  PAYMENTS_API_KEY: z.string().min(1),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export type Config = z.infer<typeof schema>;

export function loadConfig(source: NodeJS.ProcessEnv): Config {
  const result = schema.safeParse(source);
  if (!result.success) {
    throw new Error(`Invalid environment:\n${z.prettifyError(result.error)}`);
  }
  if (result.data.NODE_ENV === 'production' && result.data.JWT_SECRET.startsWith('changeme')) {
    throw new Error('Invalid environment: JWT_SECRET still has its example value');
  }
  return result.data;
}

export const config = loadConfig(process.env);
