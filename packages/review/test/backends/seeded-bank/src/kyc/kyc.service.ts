import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { Customer } from '../auth/customer.entity';
import { KycClient } from './kyc.client';

@Injectable()
export class KycService {
  constructor(
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    private readonly dataSource: DataSource,
    private readonly client: KycClient,
  ) {}

  async start(customerId: number) {
    const customer = await this.customers.findOneBy({ id: customerId });
    if (!customer) throw new NotFoundException();
    const result = await this.client.check(customer.id, customer.fullName);
    await this.customers.update({ id: customerId }, { kycState: result.outcome });
    return result;
  }

  async restart(customerId: number) {
    const queryRunner = this.dataSource.createQueryRunner();
    await queryRunner.connect();
    await queryRunner.startTransaction();
    try {
      const customer = await queryRunner.manager.findOneByOrFail(Customer, { id: customerId });
      await queryRunner.manager.update(Customer, { id: customerId }, { kycState: 'pending' });
      const result = await this.client.check(customer.id, customer.fullName);
      await queryRunner.manager.update(Customer, { id: customerId }, { kycState: result.outcome });
      await queryRunner.commitTransaction();
      return result;
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    } finally {
      await queryRunner.release();
    }
  }

  pending() {
    return this.customers.find({ where: { kycState: 'pending' }, take: 100, order: { id: 'ASC' } });
  }

  async recheckAll(ids: number[]) {
    let passed = 0;
    for (const id of ids) {
      const result = await this.start(id);
      if (result.outcome === 'passed') passed++;
    }
    return { passed };
  }
}
