import { EventEmitter } from "events";

export interface OrderPaid {
  orderId: number;
  userId: number;
}

class TypedBus extends EventEmitter {
  orderPaid(payload: OrderPaid): void {
    this.emit("order.paid", payload);
  }

  eventCancelled(eventId: number): void {
    this.emit("event.cancelled", eventId);
  }

  seatReleased(eventId: number): void {
    this.emit("seat.released", eventId);
  }
}

export const bus = new TypedBus();
