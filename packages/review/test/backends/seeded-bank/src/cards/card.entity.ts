import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('cards')
export class Card {
  @PrimaryGeneratedColumn('increment')
  id: number;

  @Index()
  @Column({ name: 'account_id' })
  accountId: number;

  @Column({ name: 'last_four', length: 4 })
  lastFour: string;

  @Column({ name: 'pin_hash', select: false })
  pinHash: string;

  @Column({ default: 'active' })
  state: 'active' | 'blocked' | 'expired';

  @Column({ name: 'daily_limit_cents', default: 50_000 })
  dailyLimitCents: number;

  @Column({ name: 'spent_today_cents', default: 0 })
  spentTodayCents: number;

  @Column({ nullable: true })
  design?: string;

  @Column({ name: 'expires_on', type: 'date' })
  expiresOn: string;

  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;
}
