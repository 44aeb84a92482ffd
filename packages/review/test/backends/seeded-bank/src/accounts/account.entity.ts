import { Column, CreateDateColumn, Entity, Index, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { LedgerEntry } from '../transfers/ledger-entry.entity';

@Entity('accounts')
export class Account {
  @PrimaryGeneratedColumn('increment')
  id: number;

  @Column({ length: 34, unique: true })
  iban: string;

  @Index()
  @Column({ name: 'customer_id' })
  customerId: number;

  @Column({ name: 'balance_cents', type: 'bigint', transformer: { to: (v: number) => v, from: Number } })
  balanceCents: number;

  @Column({ default: 'open' })
  status: 'open' | 'frozen' | 'closed';

  @Column({ name: 'nickname', nullable: true })
  nickname?: string;

  @CreateDateColumn({ name: 'opened_at' })
  openedAt: Date;

  @OneToMany(() => LedgerEntry, (entry) => entry.account)
  entries: LedgerEntry[];
}
