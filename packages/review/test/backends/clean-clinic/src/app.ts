import cors from 'cors';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';

import { appointmentsRouter } from './appointments/router.js';
import { requireAuth } from './auth/middleware.js';
import { authRouter } from './auth/router.js';
import { config } from './config.js';
import { doctorsRouter } from './doctors/router.js';
import { errorHandler, unknownRoute } from './http/error-handler.js';
import { apiLimiter } from './http/rate-limits.js';
import { invoicesRouter } from './invoices/router.js';
import { logger } from './lib/logger.js';
import { prisma } from './lib/prisma.js';
import { patientsRouter } from './patients/router.js';

export function createApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', 1);

  app.use(pinoHttp({ logger }));
  app.use(helmet());
  app.use(cors({ origin: config.CORS_ORIGINS }));

  app.get('/livez', (_req, res) => {
    res.json({ ok: true });
  });
  app.get('/readyz', async (_req, res) => {
    await prisma.$queryRaw`SELECT 1`;
    res.json({ ok: true });
  });

  app.use(express.json({ limit: '100kb' }));
  app.use('/v1/auth', authRouter);

  app.use('/v1', apiLimiter, requireAuth);
  app.use('/v1/patients', patientsRouter);
  app.use('/v1/doctors', doctorsRouter);
  app.use('/v1/appointments', appointmentsRouter);
  app.use('/v1/invoices', invoicesRouter);

  app.use(unknownRoute);
  app.use(errorHandler);
  return app;
}
