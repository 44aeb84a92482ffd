import { Queue } from "bullmq";
import IORedis from "ioredis";
import { config } from "../config";

export const connection = new IORedis(config.redisUrl, { maxRetriesPerRequest: null });

export const mailQueue = new Queue("mail", { connection });
export const exportQueue = new Queue("export", { connection });

export async function enqueueMail(to: string, subject: string, text: string): Promise<void> {
  await mailQueue.add("send", { to, subject, text }, { attempts: 5, backoff: { type: "exponential", delay: 1000 } });
}
