export interface SessionUser {
  id: number;
  role: 'customer' | 'staff';
}
