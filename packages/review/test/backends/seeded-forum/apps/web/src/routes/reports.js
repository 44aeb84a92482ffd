const { Router } = require('express');
const knex = require('../knex');
const { send } = require('../mail');
const actions = require('../models/actions');

const router = Router();

router.get('/', async (req, res) => {
    const before = Number(req.query.before) || Number.MAX_SAFE_INTEGER;
    const rows = await knex('reports').where('state', 'open').andWhere('id', '<', before).orderBy('id', 'desc').limit(50);
    res.json(rows);
});

router.get('/closed', async (req, res) => {
    let query = knex('reports').where({ state: 'closed' });
    if (req.query.reporter) {
        query = query.andWhere({ reporter_id: Number(req.query.reporter) });
    }
    const rows = await query.orderBy('id');
    res.json(rows);
});

router.get('/reasons', async (req, res) => {
    const rows = await knex('reports')
        .select('reason')
        .count('* as times')
        .groupBy('reason')
        .orderBy('times', 'desc')
        .limit(20);
    res.json(rows);
});

router.post('/', async (req, res) => {
    const { postId, reporterId, reason } = req.body;
    const existing = await knex('reports').where({ post_id: postId, reporter_id: reporterId, state: 'open' }).first();
    if (existing) {
        return res.status(409).json({ error: 'reported already' });
    }
    const [row] = await knex('reports').insert({ post_id: postId, reporter_id: reporterId, reason }).returning('id');
    res.status(201).json(row);
});

router.post('/:id/close', async (req, res) => {
    const id = Number(req.params.id);
    const changed = await knex('reports').where({ id, state: 'open' }).update({ state: 'closed' });
    if (changed === 0) {
        return res.status(409).json({ error: 'closed already' });
    }
    await actions.log(req.moderator.id, 'report.close', String(id));
    res.sendStatus(204);
});

router.post('/:id/remove-post', async (req, res) => {
    const id = Number(req.params.id);
    await knex.transaction(async (trx) => {
        const report = await trx('reports').where({ id }).forUpdate().first();
        const post = await trx('posts').where({ id: report.post_id }).first();
        const author = await trx('users').where({ id: post.author_id }).first();
        await trx('posts').where({ id: post.id }).update({ body: '[removed]' });
        await trx('reports').where({ id }).update({ state: 'closed' });
        await send(author.email, 'Your post was removed', report.reason);
    });
    res.sendStatus(204);
});

module.exports = router;
