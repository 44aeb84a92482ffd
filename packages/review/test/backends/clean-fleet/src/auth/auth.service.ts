import { Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import * as argon2 from 'argon2';
import { Repository } from 'typeorm';
import { User } from '../users/user.entity';
import type { SignInDto } from './dto/sign-in.dto';

const ABSENT_USER_HASH =
  '$argon2id$v=19$m=65536,t=3,p=4$YWJzZW50YWJzZW50YWJzZQ$3G1iwU6b8o8Qk1cZbT0uPKu0Q3rj5vQ6hKqzq0gk1gE';

@Injectable()
export class AuthService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly jwt: JwtService,
  ) {}

  async signIn({ email, password }: SignInDto): Promise<{ accessToken: string }> {
    const user = await this.users
      .createQueryBuilder('user')
      .addSelect('user.passwordHash')
      .where('user.email = :email', { email })
      .getOne();
    const matches = await argon2.verify(user?.passwordHash ?? ABSENT_USER_HASH, password);
    if (!user || !matches) throw new UnauthorizedException('Wrong email or password');
    const accessToken = await this.jwt.signAsync({ sub: user.id, fleet: user.fleetId, role: user.role });
    return { accessToken };
  }
}
