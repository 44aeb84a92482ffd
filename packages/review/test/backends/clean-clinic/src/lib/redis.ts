import { Redis } from 'ioredis';

import { config } from '../config.js';
import { logger } from './logger.js';

export const redis = new Redis(config.REDIS_URL, {
  lazyConnect: true,
  maxRetriesPerRequest: 2,
  commandTimeout: 1_000,
});

redis.on('error', (error) => logger.warn({ err: error }, 'redis connection'));
