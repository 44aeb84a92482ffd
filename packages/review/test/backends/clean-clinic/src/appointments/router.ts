import { Router } from 'express';

import { authOf } from '../auth/middleware.js';
import { idempotently } from '../http/idempotency.js';
import { bodyOf, idOf, queryOf } from '../http/validate.js';
import { calendarOf } from './calendar.js';
import { appointmentSearch, newAppointment, reschedule, statusQuery } from './schemas.js';
import { book, cancel, complete, listAppointments, move, statusesOf } from './service.js';

export const appointmentsRouter = Router();

appointmentsRouter.get('/', async (req, res) => {
  res.json(await listAppointments(authOf(req).clinicId, queryOf(req, appointmentSearch)));
});

appointmentsRouter.get('/statuses', async (req, res) => {
  const { ids } = queryOf(req, statusQuery);
  res.json({ items: await statusesOf(authOf(req).clinicId, ids) });
});

appointmentsRouter.get('/calendar/:id', async (req, res) => {
  res.json(await calendarOf(authOf(req).clinicId, idOf(req)));
});

appointmentsRouter.post('/', async (req, res) => {
  const { clinicId } = authOf(req);
  const input = bodyOf(req, newAppointment);
  const reply = await idempotently(req, async (unit) => {
    const appointment = await book(unit, clinicId, input);
    return {
      status: 201,
      body: { ...appointment, startsAt: appointment.startsAt.toISOString() },
    };
  });
  res.status(reply.status).json(reply.body);
});

appointmentsRouter.post('/:id/cancel', async (req, res) => {
  await cancel(authOf(req).clinicId, idOf(req));
  res.status(204).end();
});

appointmentsRouter.post('/:id/move', async (req, res) => {
  res.json(await move(authOf(req).clinicId, idOf(req), bodyOf(req, reschedule).startsAt));
});

appointmentsRouter.post('/:id/complete', async (req, res) => {
  await complete(authOf(req).clinicId, idOf(req));
  res.status(204).end();
});
