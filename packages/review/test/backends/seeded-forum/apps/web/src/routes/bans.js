const { Router } = require('express');
const bans = require('../models/bans');
const actions = require('../models/actions');
const users = require('../models/users');
const { send } = require('../mail');

const router = Router();

router.get('/ending', async (req, res) => {
    res.json(await bans.endingSoon());
});

router.get('/user/:id', async (req, res) => {
    const ban = await bans.active(Number(req.params.id));
    if (!ban) return res.sendStatus(404);
    res.json(ban);
});

router.post('/user/:id', async (req, res) => {
    const id = Number(req.params.id);
    const days = Math.min(Math.max(Number(req.body.days) || 1, 1), 365);
    const user = await users.byId(id);
    if (!user) return res.sendStatus(404);
    const ban = await bans.impose(id, String(req.body.reason || ''), days);
    if (!ban) return res.status(409).json({ error: 'banned already' });
    await actions.log(req.moderator.id, 'user.ban', String(id));
    send(user.email, 'You are banned', String(req.body.reason || '')).catch((err) => console.error('mail', err));
    res.status(201).json(ban);
});

router.post('/counts', async (req, res) => {
    const ids = (req.body.ids || []).slice(0, 200).map(Number);
    res.json(Object.fromEntries(await bans.postCounts(ids)));
});

router.delete('/:id', async (req, res) => {
    const lifted = await bans.lift(Number(req.params.id));
    if (!lifted) return res.status(409).json({ error: 'lifted already' });
    await actions.log(req.moderator.id, 'user.unban', req.params.id);
    res.sendStatus(204);
});

module.exports = router;
