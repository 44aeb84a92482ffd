import rateLimit from "express-rate-limit";

export const signInLimit = rateLimit({
  windowMs: 15 * 60 * 1000,
  limit: 10,
  standardHeaders: true,
  legacyHeaders: false,
});

export const searchLimit = rateLimit({ windowMs: 60 * 1000, limit: 120 });
