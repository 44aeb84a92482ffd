import type { Request } from 'express';
import { z } from 'zod';

import { unprocessable } from '../lib/errors.js';

function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw unprocessable(z.prettifyError(result.error));
  return result.data;
}

export const bodyOf = <S extends z.ZodType>(req: Request, schema: S) => parse(schema, req.body);
export const queryOf = <S extends z.ZodType>(req: Request, schema: S) => parse(schema, req.query);

const idParams = z.object({ id: z.uuid() });

export const idOf = (req: Request) => parse(idParams, req.params).id;
