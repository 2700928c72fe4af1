"""来电分配: callers who wait and seats that are free, brought together; pure."""

from telephony.acd.choosing import Plan as Plan
from telephony.acd.choosing import Strategy as Strategy
from telephony.acd.choosing import assign as assign
from telephony.acd.choosing import choose as choose
from telephony.acd.places import IN_A_CALL as IN_A_CALL
from telephony.acd.places import Place as Place
from telephony.acd.places import SeatStatus as SeatStatus
from telephony.acd.skills import Breadth as Breadth
from telephony.acd.waiting import Waiting as Waiting
from telephony.acd.waiting import in_turn as in_turn
from telephony.acd.waiting import positions as positions
