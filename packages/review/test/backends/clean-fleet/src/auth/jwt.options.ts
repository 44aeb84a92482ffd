import type { JwtModuleOptions, JwtVerifyOptions } from '@nestjs/jwt';

const ISSUER = 'fleet-api';
const AUDIENCE = 'fleet';

export const TOKEN_TYPE = 'Bearer';

export const signOptions: JwtModuleOptions['signOptions'] = {
  algorithm: 'HS256',
  expiresIn: '30m',
  issuer: ISSUER,
  audience: AUDIENCE,
};

export const verifyOptions: JwtVerifyOptions = {
  algorithms: ['HS256'],
  issuer: ISSUER,
  audience: AUDIENCE,
};
