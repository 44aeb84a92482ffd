import { Router } from 'express';
import { z } from 'zod';

import { signInLimiter } from '../http/rate-limits.js';
import { bodyOf } from '../http/validate.js';
import { rotate, signIn, signOut } from './service.js';

const credentials = z.object({
  email: z.email().max(254),
  password: z.string().min(8, 'password.too_short').max(200, 'password.too_long'),
});
const refresh = z.object({ refreshToken: z.string().min(20).max(100) });

export const authRouter = Router();

authRouter.use(signInLimiter);

authRouter.post('/sign-in', async (req, res) => {
  const { email, password } = bodyOf(req, credentials);
  res.json(await signIn(email, password));
});

authRouter.post('/refresh', async (req, res) => {
  const { refreshToken } = bodyOf(req, refresh);
  res.json(await rotate(refreshToken));
});

authRouter.post('/sign-out', async (req, res) => {
  const { refreshToken } = bodyOf(req, refresh);
  await signOut(refreshToken);
  res.status(204).end();
});
