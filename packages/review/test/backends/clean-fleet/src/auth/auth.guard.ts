import { CanActivate, ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { JwtService } from '@nestjs/jwt';
import type { Role } from '../users/user.entity';
import type { AuthenticatedRequest } from './current-user';
import { TOKEN_TYPE, verifyOptions } from './jwt.options';
import { PUBLIC_ROUTE } from './public.decorator';

interface Claims {
  sub: string;
  fleet: string;
  role: Role;
}

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly jwt: JwtService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, targets)) return true;

    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== TOKEN_TYPE || !token) throw new UnauthorizedException();
    try {
      const claims = await this.jwt.verifyAsync<Claims>(token, verifyOptions);
      request.principal = { userId: claims.sub, fleetId: claims.fleet, role: claims.role };
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
