import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { ormOptions } from './orm-options';

const { DATABASE_URL } = process.env;
if (!DATABASE_URL) {
  throw new Error('DATABASE_URL is required');
}

export default new DataSource(ormOptions(DATABASE_URL, 2, 30 * 60_000));
