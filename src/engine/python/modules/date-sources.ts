/** The source of `datetime`: our own, with the interface of CPython's. */
export const DATETIME = String.raw`import time as _time

_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

def _ordinal(year, month, day):
    y = year - 1
    total = y * 365 + y // 4 - y // 100 + y // 400
    for m in range(1, month):
        total += _DAYS[m - 1] + (1 if m == 2 and _leap(year) else 0)
    return total + day

def _from_ordinal(n):
    year = n // 366 + 1
    while _ordinal(year + 1, 1, 1) <= n:
        year += 1
    month = 1
    while month < 12 and _ordinal(year, month + 1, 1) <= n:
        month += 1
    return year, month, n - _ordinal(year, month, 1) + 1

class timedelta:
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0,
                 minutes=0, hours=0, weeks=0):
        seconds += minutes * 60 + hours * 3600
        total = round((days + weeks * 7) * 86400000000 + seconds * 1000000
                      + milliseconds * 1000 + microseconds)
        self.days, rest = divmod(total, 86400000000)
        self.seconds, self.microseconds = divmod(rest, 1000000)
        self._us = total
    def total_seconds(self):
        return self._us / 1000000
    def __add__(self, other):
        if isinstance(other, timedelta):
            return timedelta(microseconds=self._us + other._us)
        return NotImplemented
    def __sub__(self, other):
        return timedelta(microseconds=self._us - other._us)
    def __mul__(self, n):
        return timedelta(microseconds=self._us * n)
    def __truediv__(self, other):
        return self._us / other._us if isinstance(other, timedelta) else timedelta(microseconds=self._us / other)
    def __neg__(self):
        return timedelta(microseconds=-self._us)
    def __eq__(self, other):
        return isinstance(other, timedelta) and self._us == other._us
    def __lt__(self, other):
        return self._us < other._us
    def __le__(self, other):
        return self._us <= other._us
    def __gt__(self, other):
        return self._us > other._us
    def __ge__(self, other):
        return self._us >= other._us
    def __str__(self):
        text = '%d:%02d:%02d' % (self.seconds // 3600, self.seconds // 60 % 60, self.seconds % 60)
        if self.microseconds:
            text += '.%06d' % self.microseconds
        if self.days:
            text = '%d day%s, %s' % (self.days, '' if abs(self.days) == 1 else 's', text)
        return text
    def __repr__(self):
        parts = ['%s=%d' % (n, getattr(self, n)) for n in ('days', 'seconds', 'microseconds') if getattr(self, n)]
        return 'datetime.timedelta(%s)' % (', '.join(parts) or '0')

class tzinfo:
    pass

class timezone(tzinfo):
    def __init__(self, offset=None):
        self._offset = offset or timedelta(0)
    def __repr__(self):
        return 'datetime.timezone.utc'
    def __str__(self):
        return 'UTC'

timezone.utc = timezone()

class date:
    def __init__(self, year, month, day):
        if not 1 <= month <= 12:
            raise ValueError('month must be in 1..12')
        if not 1 <= day <= _DAYS[month - 1] + (1 if month == 2 and _leap(year) else 0):
            raise ValueError('day is out of range for month')
        self.year, self.month, self.day = year, month, day
    @classmethod
    def today(cls):
        return datetime.now().date()
    @classmethod
    def fromisoformat(cls, text):
        return date(*[int(p) for p in text.split('-')])
    def _us(self):
        return (_ordinal(self.year, self.month, self.day) - 719163) * 86400000000
    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)
    def weekday(self):
        return (self.toordinal() + 6) % 7
    def isoweekday(self):
        return self.weekday() + 1
    def strftime(self, format):
        return _time.strftime(format, (0,) * 9 + (self._us(),))
    def isoformat(self):
        return '%04d-%02d-%02d' % (self.year, self.month, self.day)
    def replace(self, year=None, month=None, day=None):
        return date(year or self.year, month or self.month, day or self.day)
    def __add__(self, delta):
        return date(*_from_ordinal(self.toordinal() + delta.days))
    def __sub__(self, other):
        if isinstance(other, timedelta):
            return date(*_from_ordinal(self.toordinal() - other.days))
        return timedelta(days=self.toordinal() - other.toordinal())
    def __eq__(self, other):
        return isinstance(other, date) and self._us() == other._us()
    def __lt__(self, other):
        return self._us() < other._us()
    def __le__(self, other):
        return self._us() <= other._us()
    def __gt__(self, other):
        return self._us() > other._us()
    def __ge__(self, other):
        return self._us() >= other._us()
    def __str__(self):
        return self.isoformat()
    def __repr__(self):
        return 'datetime.date(%d, %d, %d)' % (self.year, self.month, self.day)

class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        date.__init__(self, year, month, day)
        self.hour, self.minute, self.second = hour, minute, second
        self.microsecond, self.tzinfo = microsecond, tzinfo
    @classmethod
    def _of(cls, us, tz=None):
        days, rest = divmod(us, 86400000000)
        year, month, day = _from_ordinal(days + 719163)
        seconds, micro = divmod(rest, 1000000)
        return datetime(year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, micro, tz)
    @classmethod
    def now(cls, tz=None):
        return datetime._of(_time.time_ns() // 1000, tz)
    @classmethod
    def utcnow(cls):
        return datetime.now()
    @classmethod
    def today(cls):
        return datetime.now()
    @classmethod
    def fromtimestamp(cls, stamp, tz=None):
        return datetime._of(round(stamp * 1000000), tz)
    utcfromtimestamp = fromtimestamp
    @classmethod
    def fromisoformat(cls, text):
        day, _, clock = text.replace('T', ' ').partition(' ')
        numbers = [int(p) for p in day.split('-')]
        clock = clock.replace('Z', '').partition('+')[0]
        whole, _, part = clock.partition('.')
        numbers += [int(p) for p in whole.split(':')] if whole else []
        if part:
            numbers += [0] * (6 - len(numbers)) + [int((part + '000000')[:6])]
        return datetime(*numbers)
    def _us(self):
        seconds = self.hour * 3600 + self.minute * 60 + self.second
        return date._us(self) + seconds * 1000000 + self.microsecond
    def timestamp(self):
        return self._us() / 1000000
    def date(self):
        return date(self.year, self.month, self.day)
    def time(self):
        return self.isoformat().split('T')[1]
    def isoformat(self, sep='T', timespec='auto'):
        text = '%04d-%02d-%02d%s%02d:%02d:%02d' % (self.year, self.month, self.day, sep, self.hour, self.minute, self.second)
        if self.microsecond and timespec != 'seconds':
            text += '.%06d' % self.microsecond
        return text + ('+00:00' if self.tzinfo else '')
    def replace(self, **kw):
        values = {n: getattr(self, n) for n in ('year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond', 'tzinfo')}
        values.update(kw)
        return datetime(**values)
    def astimezone(self, tz=None):
        return self.replace(tzinfo=tz)
    def __add__(self, delta):
        return datetime._of(self._us() + delta._us, self.tzinfo)
    def __sub__(self, other):
        if isinstance(other, timedelta):
            return datetime._of(self._us() - other._us, self.tzinfo)
        return timedelta(microseconds=self._us() - other._us())
    def __str__(self):
        return self.isoformat(' ')
    def __repr__(self):
        parts = [self.year, self.month, self.day, self.hour, self.minute]
        if self.second or self.microsecond:
            parts.append(self.second)
        if self.microsecond:
            parts.append(self.microsecond)
        return 'datetime.datetime(%s)' % ', '.join([str(p) for p in parts])
`;
