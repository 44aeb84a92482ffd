import { SetMetadata } from '@nestjs/common';
import type { Role } from '../users/user.entity';

export const ROLES = 'auth:roles';
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);
