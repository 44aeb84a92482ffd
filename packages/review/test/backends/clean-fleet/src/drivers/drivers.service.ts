import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { Page, readPage } from '../common/page';
import { Driver } from './driver.entity';
import type { CreateDriverDto, DriverQuery } from './dto/driver.dto';

const IMPORT_CHUNK = 500;

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

@Injectable()
export class DriversService {
  constructor(
    @InjectRepository(Driver) private readonly drivers: Repository<Driver>,
    private readonly dataSource: DataSource,
  ) {}

  list(fleetId: string, query: DriverQuery): Promise<Page<Driver>> {
    const builder = this.drivers.createQueryBuilder('driver').where('driver.fleetId = :fleetId', { fleetId });
    if (query.name) {
      builder.andWhere('driver.fullName ILIKE :name', { name: `${escapeLike(query.name)}%` });
    }
    return readPage(builder, query);
  }

  create(fleetId: string, input: CreateDriverDto): Promise<Driver> {
    const { fullName, licenceNumber } = input;
    return this.drivers.save(this.drivers.create({ fullName, licenceNumber, fleetId }));
  }

  async importAll(fleetId: string, input: CreateDriverDto[]): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      let inserted = 0;
      for (let start = 0; start < input.length; start += IMPORT_CHUNK) {
        const values = input
          .slice(start, start + IMPORT_CHUNK)
          .map(({ fullName, licenceNumber }) => ({ fullName, licenceNumber, fleetId }));
        const result = await manager
          .createQueryBuilder()
          .insert()
          .into(Driver)
          .values(values)
          .orIgnore()
          .returning('id')
          .execute();
        inserted += (result.raw as unknown[]).length;
      }
      return inserted;
    });
  }

  async setActive(fleetId: string, id: string, active: boolean): Promise<void> {
    const { affected } = await this.drivers.update({ id, fleetId }, { active });
    if (!affected) throw new NotFoundException('Driver not found');
  }
}
