import { NextFunction, Request, Response } from "express";
import { z } from "zod";
import { pageQuery } from "../lib/pagination";
import { renderTerms, renderTicket } from "../lib/ticketPdf";
import { orderService } from "../services/order.service";

const placeOrder = z.object({
  eventId: z.number().int(),
  seatIds: z.array(z.number().int()).min(1).max(8),
  promo: z.string().max(40).optional(),
});

export class OrderController {
  list = async (req: Request, res: Response) => {
    const items = await orderService.listFor(req.user!.id, pageQuery.parse(req.query));
    res.json({ items });
  };

  place = async (req: Request, res: Response) => {
    const body = placeOrder.parse(req.body);
    res.status(201).json(await orderService.place({ ...body, userId: req.user!.id }));
  };

  quick = async (req: Request, res: Response) => {
    const { eventId } = z.object({ eventId: z.number().int() }).parse(req.body);
    res.status(201).json(await orderService.quickBuy(req.user!.id, eventId));
  };

  exportAll = async (req: Request, res: Response) => {
    res.attachment("orders.json").json(await orderService.exportFor(req.user!.id));
  };

  show = async (req: Request, res: Response) => {
    res.json(await orderService.get(Number(req.params.id), req.user!.id));
  };

  ticket = async (req: Request, res: Response) => {
    const order = await orderService.get(Number(req.params.id), req.user!.id);
    const ticket = renderTicket({
      orderId: order.id,
      title: order.event.title,
      seats: order.seats.map((seat) => seat.label),
    });
    const terms = await renderTerms();
    res.type("image/svg+xml").set("x-terms-length", String(terms.length)).send(ticket);
  };

  cancel = async (req: Request, res: Response, next: NextFunction) => {
    try {
      await orderService.cancel(Number(req.params.id), req.user!.id);
      res.status(204).end();
    } catch (err) {
      next(err);
    }
  };
}
