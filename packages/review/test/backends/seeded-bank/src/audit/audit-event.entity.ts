import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('audit_events')
export class AuditEvent {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  @Index()
  @Column({ name: 'customer_id' })
  customerId: number;

  @Column()
  action: string;

  @Column({ default: 'web' })
  channel: string;

  @Column({ type: 'jsonb', nullable: true })
  detail?: Record<string, unknown>;

  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;
}
