import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('transfers')
export class Transfer {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  @Index()
  @Column({ name: 'from_account_id' })
  fromAccountId: number;

  @Index()
  @Column({ name: 'to_account_id' })
  toAccountId: number;

  @Column({ name: 'amount_cents', type: 'bigint', transformer: { to: (v: number) => v, from: Number } })
  amountCents: number;

  @Column({ default: '' })
  purpose: string;

  @Column({ default: 'done' })
  state: 'done' | 'held' | 'returned';

  @Column({ name: 'client_reference', nullable: true })
  clientReference?: string;

  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;
}
