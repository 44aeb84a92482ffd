import 'reflect-metadata';
import { DataSource } from 'typeorm';

export default new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL ?? 'postgres://bank_owner:Vq8zL2mXw4@db-primary.bank.internal:5432/bank',
  entities: [__dirname + '/**/*.entity.js'],
  migrations: [__dirname + '/migrations/*.js'],
  migrationsTransactionMode: 'each',
});
