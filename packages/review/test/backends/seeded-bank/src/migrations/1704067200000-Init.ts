import { MigrationInterface, QueryRunner } from 'typeorm';

export class Init1704067200000 implements MigrationInterface {
  name = 'Init1704067200000';

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "customers" (
      "id" SERIAL PRIMARY KEY,
      "email" varchar NOT NULL UNIQUE,
      "password_hash" varchar NOT NULL,
      "name" varchar NOT NULL,
      "role" varchar NOT NULL DEFAULT 'customer',
      "kyc_state" varchar NOT NULL DEFAULT 'new',
      "created_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE TABLE "accounts" (
      "id" SERIAL PRIMARY KEY,
      "iban" varchar(22) NOT NULL UNIQUE,
      "customer_id" integer NOT NULL REFERENCES "customers" ("id"),
      "balance_cents" bigint NOT NULL DEFAULT 0,
      "status" varchar NOT NULL DEFAULT 'open',
      "nickname" varchar,
      "opened_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE TABLE "transfers" (
      "id" SERIAL PRIMARY KEY,
      "from_account_id" integer NOT NULL,
      "to_account_id" integer NOT NULL,
      "amount_cents" bigint NOT NULL,
      "purpose" varchar NOT NULL DEFAULT '',
      "state" varchar NOT NULL DEFAULT 'done',
      "legacy_code" varchar,
      "created_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE TABLE "ledger_entries" (
      "id" BIGSERIAL PRIMARY KEY,
      "account_id" integer NOT NULL,
      "amount_cents" bigint NOT NULL,
      "fee_cents" bigint NOT NULL DEFAULT 0,
      "transfer_id" bigint NOT NULL,
      "booked_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE TABLE "audit_events" (
      "id" BIGSERIAL PRIMARY KEY,
      "customer_id" integer NOT NULL,
      "action" varchar NOT NULL,
      "detail" jsonb,
      "created_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE TABLE "cards" (
      "id" SERIAL PRIMARY KEY,
      "account_id" integer NOT NULL REFERENCES "accounts" ("id"),
      "last_four" varchar(4) NOT NULL,
      "pin_hash" varchar NOT NULL,
      "state" varchar NOT NULL DEFAULT 'active',
      "daily_limit_cents" integer NOT NULL DEFAULT 50000,
      "spent_today_cents" integer NOT NULL DEFAULT 0,
      "expires_on" date NOT NULL,
      "created_at" timestamptz NOT NULL DEFAULT now()
    )`);
    await queryRunner.query(`CREATE INDEX "accounts_customer_id" ON "accounts" ("customer_id")`);
    await queryRunner.query(`CREATE INDEX "cards_account_id" ON "cards" ("account_id")`);
    await queryRunner.query(`ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_account_fk" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "cards", "audit_events", "ledger_entries", "transfers", "accounts", "customers"`);
  }
}
