import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from '../users/user.entity';

export interface Principal {
  userId: string;
  fleetId: string;
  role: Role;
}

export type AuthenticatedRequest = FastifyRequest & { principal?: Principal };

export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<AuthenticatedRequest>().principal;
});
