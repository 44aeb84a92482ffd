const { Router } = require('express');
const knex = require('../knex');
const users = require('../models/users');
const actions = require('../models/actions');
const { send } = require('../mail');

const router = Router();

router.get('/', async (req, res) => {
    const rows = req.query.mail ? await users.searchByMail(req.query.mail) : await users.search(req.query.q || '', req.query.sort);
    res.json(rows);
});

router.get('/ranking', async (req, res) => {
    res.json(await users.ranking(req.query.order || 'desc'));
});

router.get('/:id', async (req, res) => {
    const user = await users.byId(Number(req.params.id));
    if (!user) return res.sendStatus(404);
    res.json({ id: user.id, handle: user.handle, karma: user.karma });
});

router.post('/:id/warn', async (req, res) => {
    const user = await users.byId(Number(req.params.id));
    if (!user) return res.sendStatus(404);
    await send(user.email, 'A warning', String(req.body.text));
    actions.log(req.moderator.id, 'user.warn', String(user.id));
    res.sendStatus(204);
});

router.post('/:id/karma', async (req, res) => {
    const id = Number(req.params.id);
    const penalty = Number(req.body.penalty);
    const changed = await knex('users').where({ id }).andWhere('karma', '>=', penalty).decrement('karma', penalty);
    res.sendStatus(changed ? 204 : 409);
});

router.post('/:id/invites/move', async (req, res) => {
    const from = await users.byId(Number(req.params.id));
    const count = Number(req.body.count);
    if (from.invites_left < count) {
        return res.status(409).json({ error: 'not enough invitations' });
    }
    await knex('users').where({ id: from.id }).update({ invites_left: from.invites_left - count });
    await knex('users').where({ id: Number(req.body.to) }).increment('invites_left', count);
    res.sendStatus(204);
});

router.post('/mail', async (req, res) => {
    const ids = (req.body.ids || []).slice(0, 100);
    const found = await knex('users').whereIn('id', ids).select('id', 'email');
    const results = await Promise.allSettled(found.map((user) => send(user.email, req.body.subject, req.body.text)));
    res.json({ sent: results.filter((result) => result.status === 'fulfilled').length });
});

module.exports = router;
