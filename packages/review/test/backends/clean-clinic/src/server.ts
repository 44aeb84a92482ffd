import { createServer } from 'node:http';

import { createApp } from './app.js';
import { config } from './config.js';
import { logger } from './lib/logger.js';
import { prisma } from './lib/prisma.js';
import { redis } from './lib/redis.js';

await Promise.all([prisma.$connect(), redis.connect()]);

const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, createApp());
server.keepAliveTimeout = 65_000;
server.listen(config.PORT, () => logger.info({ port: config.PORT }, 'listening'));

let stopping: Promise<void> | undefined;

async function stop(signal: string): Promise<void> {
  logger.info({ signal }, 'stopping');
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  const force = setTimeout(() => server.closeAllConnections(), 10_000);
  await closed;
  clearTimeout(force);
  await Promise.allSettled([prisma.$disconnect(), redis.quit()]);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping ??= stop(signal).catch((error: unknown) => {
      logger.error({ err: error }, 'could not stop cleanly');
      process.exitCode = 1;
    });
  });
}
