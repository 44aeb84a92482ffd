import * as Joi from 'joi';

export interface Env {
  NODE_ENV: 'development' | 'test' | 'production';
  PORT: number;
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
  JWT_SECRET: string;
  DISPATCH_WEBHOOK_URL: string;
  DISPATCH_WEBHOOK_TOKEN: string;
}

export const envSchema = Joi.object<Env>({
  NODE_ENV: Joi.string().valid('development', 'test', 'production').default('development'),
  PORT: Joi.number().port().default(8080),
  DATABASE_URL: Joi.string()
    .uri({ scheme: ['postgres', 'postgresql'] })
    .required(),
  DATABASE_POOL_SIZE: Joi.number().integer().min(1).max(50).default(10),
  JWT_SECRET: Joi.string()
    .min(32)
    .required()
    .when('NODE_ENV', { is: 'production', then: Joi.string().pattern(/^changeme/, { invert: true }) }),
  DISPATCH_WEBHOOK_URL: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .required(),
  DISPATCH_WEBHOOK_TOKEN: Joi.string().min(8).required(),
});
