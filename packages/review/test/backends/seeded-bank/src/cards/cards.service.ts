import { ConflictException, Injectable, NotFoundException, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Cron } from '@nestjs/schedule';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, LessThan, Repository } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service';
import { NotificationsService } from '../notifications/notifications.service';
import { Card } from './card.entity';
import { hashPin, pinMatches } from './pin';

@Injectable()
export class CardsService {
  constructor(
    @InjectRepository(Card) private readonly cards: Repository<Card>,
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly notifications: NotificationsService,
    private readonly jwt: JwtService,
  ) {}

  async list(customerId: number, accountId: number) {
    await this.accounts.owned(customerId, accountId);
    return this.cards.find({ where: { accountId }, take: 20, order: { id: 'DESC' } });
  }

  async order(customerId: number, accountId: number) {
    await this.accounts.owned(customerId, accountId);
    const active = await this.cards.countBy({ accountId, state: 'active' });
    if (active >= 3) throw new ConflictException('three cards at most');
    const expiresOn = new Date(Date.now() + 4 * 365 * 86_400_000).toISOString().slice(0, 10);
    const card = await this.cards.save({ accountId, lastFour: '0000', pinHash: '', expiresOn });
    return { card, activation: this.jwt.sign({ cardId: card.id }) };
  }

  async setPin(customerId: number, id: number, pin: string) {
    const card = await this.ownedCard(customerId, id);
    await this.cards.update({ id: card.id }, { pinHash: hashPin(pin, card.id) });
  }

  async unlock(customerId: number, id: number, pin: string) {
    await this.ownedCard(customerId, id);
    const card = await this.cards.findOneOrFail({ where: { id }, select: { id: true, pinHash: true } });
    if (!(await pinMatches(pin, id, card.pinHash))) throw new UnauthorizedException();
    return { unlocked: true };
  }

  async spend(id: number, cents: number) {
    const result = await this.dataSource.query(
      `UPDATE cards SET spent_today_cents = spent_today_cents + $2
       WHERE id = $1 AND state = 'active' AND spent_today_cents + $2 <= daily_limit_cents RETURNING id`,
      [id, cents],
    );
    if (result[1] === 0) throw new ConflictException('over the limit');
  }

  async block(customerId: number, id: number, email: string) {
    const card = await this.ownedCard(customerId, id);
    await this.cards.update({ id: card.id }, { state: 'blocked' });
    await this.notifications.cardBlocked(email);
  }

  async report(sort: string, direction: 'ASC' | 'DESC') {
    return this.cards.createQueryBuilder('c').orderBy(`c.${sort}`, direction).limit(200).getRawMany();
  }

  @Cron('0 3 * * *')
  async expire() {
    const today = new Date().toISOString().slice(0, 10);
    await this.cards.update({ expiresOn: LessThan(today), state: 'active' }, { state: 'expired' });
  }

  private async ownedCard(customerId: number, id: number) {
    const card = await this.cards.findOneBy({ id });
    if (!card) throw new NotFoundException();
    await this.accounts.owned(customerId, card.accountId);
    return card;
  }
}
