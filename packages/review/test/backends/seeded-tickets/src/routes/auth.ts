import { Router } from "express";
import { z } from "zod";
import { asyncRoute } from "../lib/asyncRoute";
import { signInLimit } from "../middleware/limits";
import { userService } from "../services/user.service";

const credentials = z.object({ email: z.string().email(), password: z.string().min(10).max(200) });

export const authRouter = Router();

authRouter.post(
  "/register",
  signInLimit,
  asyncRoute(async (req, res) => {
    const body = credentials.extend({ displayName: z.string().min(1).max(80) }).parse(req.body);
    res.status(201).json(await userService.register(body));
  }),
);

authRouter.post(
  "/sign-in",
  signInLimit,
  asyncRoute(async (req, res) => {
    const { email, password } = credentials.parse(req.body);
    res.json(await userService.signIn(email, password));
  }),
);

authRouter.post("/refresh", signInLimit, async (req, res) => {
  const { refreshToken } = z.object({ refreshToken: z.string() }).parse(req.body);
  res.json(await userService.refresh(refreshToken));
});

authRouter.post(
  "/forgot",
  signInLimit,
  asyncRoute(async (req, res) => {
    const { email } = z.object({ email: z.string().email() }).parse(req.body);
    await userService.forgot(email);
    res.status(202).end();
  }),
);

authRouter.post(
  "/reset",
  asyncRoute(async (req, res) => {
    const body = z
      .object({ userId: z.number().int(), code: z.string().length(8), password: z.string().min(10).max(200) })
      .parse(req.body);
    await userService.reset(body.userId, body.code, body.password);
    res.status(204).end();
  }),
);
