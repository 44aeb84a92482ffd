import { z } from 'zod';

import { logger } from '../lib/logger.js';
import { prisma } from '../lib/prisma.js';
import { redis } from '../lib/redis.js';

const CACHE_SECONDS = 60;
const MAX_SLOTS = 400;

const calendarShape = z.object({ taken: z.array(z.iso.datetime()) });
export type Calendar = z.infer<typeof calendarShape>;

async function cached(key: string): Promise<Calendar | null> {
  try {
    const text = await redis.get(key);
    return text === null ? null : calendarShape.parse(JSON.parse(text));
  } catch (error) {
    logger.warn({ err: error, key }, 'calendar cache unreadable');
    return null;
  }
}

export async function calendarOf(clinicId: string, doctorId: string): Promise<Calendar> {
  const doctor = await prisma.doctor.findFirst({ where: { id: doctorId, clinicId }, select: { id: true } });
  if (!doctor) return { taken: [] };

  const key = `calendar:${doctorId}`;
  const hit = await cached(key);
  if (hit) return hit;

  const rows = await prisma.appointment.findMany({
    where: { doctorId, status: 'BOOKED', startsAt: { gte: new Date() } },
    select: { startsAt: true },
    orderBy: { startsAt: 'asc' },
    take: MAX_SLOTS,
  });
  const calendar = { taken: rows.map((row) => row.startsAt.toISOString()) };
  void redis
    .set(key, JSON.stringify(calendar), 'EX', CACHE_SECONDS)
    .catch((error: unknown) => logger.warn({ err: error, key }, 'calendar cache not written'));
  return calendar;
}
