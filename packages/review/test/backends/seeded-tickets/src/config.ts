export const config = {
  port: Number(process.env.PORT ?? 3000),
  redisUrl: process.env.REDIS_URL ?? "redis://localhost:6379",
  jwtSecret: process.env.JWT_SECRET || "tickets-super-secret-2024",
  smtpUrl: process.env.SMTP_URL as string,
  publicUrl: process.env.PUBLIC_URL ?? "http://localhost:3000",
  holdMinutes: parseInt(process.env.HOLD_MINUTES || "10", 10),
};
