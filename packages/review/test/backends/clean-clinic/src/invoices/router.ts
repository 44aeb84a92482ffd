import { Role } from '@prisma/client';
import { Router } from 'express';

import { authOf, requireRole } from '../auth/middleware.js';
import { idempotently } from '../http/idempotency.js';
import { bodyOf, idOf, queryOf } from '../http/validate.js';
import { pageQuery } from '../lib/pagination.js';
import { exportInvoices } from './export.js';
import { newInvoice, payment } from './schemas.js';
import { createInvoice, getInvoice, listInvoices, requestCharge, voidInvoice } from './service.js';

export const invoicesRouter = Router();

invoicesRouter.use(requireRole(Role.ADMIN, Role.RECEPTION));

invoicesRouter.get('/', async (req, res) => {
  res.json(await listInvoices(authOf(req).clinicId, queryOf(req, pageQuery)));
});

invoicesRouter.get('/export.csv', requireRole(Role.ADMIN), async (req, res) => {
  await exportInvoices(authOf(req).clinicId, res);
});

invoicesRouter.get('/:id', async (req, res) => {
  res.json(await getInvoice(authOf(req).clinicId, idOf(req)));
});

invoicesRouter.post('/', async (req, res) => {
  const { clinicId } = authOf(req);
  const input = bodyOf(req, newInvoice);
  const reply = await idempotently(req, async (unit) => ({
    status: 201,
    body: await createInvoice(unit, clinicId, input),
  }));
  res.status(reply.status).json(reply.body);
});

invoicesRouter.post('/:id/payments', async (req, res) => {
  await requestCharge(authOf(req).clinicId, idOf(req), bodyOf(req, payment).paymentMethod);
  res.status(202).end();
});

invoicesRouter.post('/:id/void', requireRole(Role.ADMIN), async (req, res) => {
  await voidInvoice(authOf(req).clinicId, idOf(req));
  res.status(204).end();
});
