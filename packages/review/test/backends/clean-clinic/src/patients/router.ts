import { Role } from '@prisma/client';
import { Router } from 'express';

import { authOf, requireRole } from '../auth/middleware.js';
import { bodyOf, idOf, queryOf } from '../http/validate.js';
import { newPatient, patientChanges, patientSearch } from './schemas.js';
import { createPatient, getPatient, listPatients, patientOverview, updatePatient } from './service.js';

export const patientsRouter = Router();

patientsRouter.get('/', async (req, res) => {
  res.json(await listPatients(authOf(req).clinicId, queryOf(req, patientSearch)));
});

patientsRouter.get('/:id', async (req, res) => {
  res.json(await getPatient(authOf(req).clinicId, idOf(req)));
});

patientsRouter.get('/:id/overview', async (req, res) => {
  res.json(await patientOverview(authOf(req).clinicId, idOf(req)));
});

patientsRouter.post('/', requireRole(Role.ADMIN, Role.RECEPTION), async (req, res) => {
  const patient = await createPatient(authOf(req).clinicId, bodyOf(req, newPatient));
  res.status(201).json(patient);
});

patientsRouter.patch('/:id', requireRole(Role.ADMIN, Role.RECEPTION), async (req, res) => {
  res.json(await updatePatient(authOf(req).clinicId, idOf(req), bodyOf(req, patientChanges)));
});
