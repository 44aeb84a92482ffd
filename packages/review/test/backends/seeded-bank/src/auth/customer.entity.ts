import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('customers')
export class Customer {
  @PrimaryGeneratedColumn('increment')
  id: number;

  @Column({ unique: true })
  email: string;

  @Column({ name: 'password_hash', select: false })
  passwordHash: string;

  @Column({ name: 'full_name' })
  fullName: string;

  @Column({ default: 'customer' })
  role: 'customer' | 'staff';

  @Column({ name: 'kyc_state', default: 'new' })
  kycState: 'new' | 'pending' | 'passed' | 'failed';

  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;
}
