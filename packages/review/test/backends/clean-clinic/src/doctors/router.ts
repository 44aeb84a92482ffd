import { Role } from '@prisma/client';
import { Router } from 'express';

import { authOf, requireRole } from '../auth/middleware.js';
import { bodyOf, idOf, queryOf } from '../http/validate.js';
import { doctorChanges, doctorSearch, newDoctor, workloadQuery } from './schemas.js';
import { createDoctor, listDoctors, listSpecialties, setActive, workload } from './service.js';

export const doctorsRouter = Router();

doctorsRouter.get('/', async (req, res) => {
  res.json(await listDoctors(authOf(req).clinicId, queryOf(req, doctorSearch)));
});

doctorsRouter.get('/specialties', async (_req, res) => {
  res.json({ items: await listSpecialties() });
});

doctorsRouter.get('/workload', requireRole(Role.ADMIN), async (req, res) => {
  res.json({ items: await workload(authOf(req).clinicId, queryOf(req, workloadQuery)) });
});

doctorsRouter.post('/', requireRole(Role.ADMIN), async (req, res) => {
  res.status(201).json(await createDoctor(authOf(req).clinicId, bodyOf(req, newDoctor)));
});

doctorsRouter.patch('/:id', requireRole(Role.ADMIN), async (req, res) => {
  await setActive(authOf(req).clinicId, idOf(req), bodyOf(req, doctorChanges).active);
  res.status(204).end();
});
