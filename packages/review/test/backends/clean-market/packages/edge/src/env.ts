import { z } from "zod"

export const env = z
  .object({
    EDGE_PORT: z.coerce.number().int().default(4001),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  })
  .parse(process.env)
