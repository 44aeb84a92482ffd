import { JwtService } from '@nestjs/jwt';
import { Test } from '@nestjs/testing';
import { getRepositoryToken } from '@nestjs/typeorm';
import { AuthService } from '../src/auth/auth.service';
import { signOptions, verifyOptions } from '../src/auth/jwt.options';
import { User } from '../src/users/user.entity';

const builder = {
  addSelect: () => builder,
  where: () => builder,
  getOne: () => Promise.resolve(null),
};

describe('AuthService', () => {
  it('refuses an unknown user', async () => {
    const module = await Test.createTestingModule({
      providers: [
        AuthService,
        { provide: getRepositoryToken(User), useValue: { createQueryBuilder: () => builder } },
        { provide: JwtService, useValue: new JwtService({ secret: 'test-secret', signOptions }) },
      ],
    }).compile();
    const password = 'correct horse battery staple';
    await expect(module.get(AuthService).signIn({ email: 'a@b.example', password })).rejects.toThrow(
      'Wrong email or password',
    );
  });

  it('issues tokens that expire', async () => {
    const jwt = new JwtService({ secret: 'test-secret', signOptions });
    const token = await jwt.signAsync({ sub: 'user' });
    const claims = await jwt.verifyAsync<{ exp: number; iat: number }>(token, verifyOptions);
    expect(claims.exp - claims.iat).toBe(1_800);
  });
});
