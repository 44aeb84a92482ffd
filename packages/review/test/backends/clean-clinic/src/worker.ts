import { setTimeout as delay } from 'node:timers/promises';

import { enqueueReminders } from './appointments/service.js';
import { logger } from './lib/logger.js';
import { prisma } from './lib/prisma.js';
import { closeMailer } from './mail/mailer.js';
import { purgeExpired } from './maintenance/retention.js';
import { dispatchOnce } from './outbox/dispatcher.js';
import { purgeDone } from './outbox/outbox.js';

const stopping = new AbortController();

async function every(name: string, pauseMs: number, work: () => Promise<number>): Promise<void> {
  while (!stopping.signal.aborted) {
    const done = await work().catch((error: unknown) => {
      logger.error({ err: error, loop: name }, 'loop failed');
      return 0;
    });
    if (done > 0) logger.debug({ loop: name, done }, 'worked');
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stopping.abort());
}

await prisma.$connect();
logger.info('worker started');

const loops = [
  every('outbox', 1_000, dispatchOnce),
  every('reminders', 60_000, () => enqueueReminders(new Date())),
  every('purge', 3_600_000, () => purgeDone(stopping.signal)),
  every('retention', 3_600_000, () => purgeExpired(stopping.signal)),
];

await Promise.all(loops);
closeMailer();
await prisma.$disconnect();
logger.info('worker stopped');
