import { ConflictException } from '@nestjs/common';
import { AccountsService } from '../src/accounts/accounts.service';

describe('AccountsService', () => {
  const audit = { record: jest.fn().mockResolvedValue(undefined) };

  it('refuses a fee above the balance', async () => {
    const repository = { byId: jest.fn().mockResolvedValue({ id: 1, balanceCents: 100 }), save: jest.fn() };
    const service = new AccountsService(repository as never, audit as never);
    await expect(service.chargeFee(1, 200)).rejects.toBeInstanceOf(ConflictException);
    expect(repository.save).not.toHaveBeenCalled();
  });

  it('hides the accounts of others', async () => {
    const repository = { byId: jest.fn().mockResolvedValue({ id: 1, customerId: 9 }) };
    const service = new AccountsService(repository as never, audit as never);
    await expect(service.owned(8, 1)).rejects.toThrow();
  });
});
