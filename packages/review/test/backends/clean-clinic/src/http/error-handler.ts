import type { ErrorRequestHandler, RequestHandler } from 'express';

import { HttpError } from '../lib/errors.js';
import { isVerbose, logger } from '../lib/logger.js';

export const unknownRoute: RequestHandler = (req, res) => {
  res.status(404).json({ error: { code: 'not_found', message: `No route for ${req.method} ${req.path}` } });
};

function clientStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

export const errorHandler: ErrorRequestHandler = (error, req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  if (error instanceof HttpError) {
    res.status(error.status).json({ error: { code: error.code, message: error.message } });
    return;
  }
  const status = clientStatus(error);
  if (status !== undefined) {
    res.status(status).json({ error: { code: 'bad_request', message: 'The request could not be read' } });
    return;
  }
  logger.error({ err: error, path: req.path, verbose: isVerbose }, 'request failed');
  res.status(500).json({ error: { code: 'internal', message: 'Something went wrong' } });
};
