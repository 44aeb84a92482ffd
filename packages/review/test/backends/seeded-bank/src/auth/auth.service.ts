import { ConflictException, Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import * as bcrypt from 'bcrypt';
import { Repository } from 'typeorm';
import { Customer } from './customer.entity';
import { RegisterDto, SignInDto } from './dto';

@Injectable()
export class AuthService {
  constructor(
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    private readonly jwt: JwtService,
  ) {}

  async register(body: RegisterDto) {
    const email = body.email.toLowerCase();
    const taken = await this.customers.exists({ where: { email } });
    if (taken) throw new ConflictException('this address is registered');
    const customer = this.customers.create({
      email,
      fullName: body.fullName,
      passwordHash: bcrypt.hashSync(body.password, 12),
    });
    const saved = await this.customers.save(customer);
    return this.token(saved);
  }

  async signIn(body: SignInDto, role: Customer['role']) {
    const customer = await this.customers
      .createQueryBuilder('c')
      .addSelect('c.passwordHash')
      .where('c.email = :email AND c.role = :role', { email: body.email.toLowerCase(), role })
      .getOne();
    if (!customer || !(await bcrypt.compare(body.password, customer.passwordHash))) {
      throw new UnauthorizedException();
    }
    return this.token(customer);
  }

  private async token(customer: Customer) {
    const accessToken = await this.jwt.signAsync({ role: customer.role }, { subject: String(customer.id) });
    return { accessToken };
  }
}
