import { z } from "zod";

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.coerce.number().int().positive().optional(),
});

export type Page = z.infer<typeof pageQuery>;

export function pageArgs(page: Page) {
  return {
    take: page.limit,
    ...(page.cursor ? { skip: 1, cursor: { id: page.cursor } } : {}),
  };
}
