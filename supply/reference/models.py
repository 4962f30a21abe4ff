"""Places, municipalities, products, packs, kits, and the figures from outside with their sources."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text

VIRTUAL = {"supplier": -1, "transit": -2, "people": -3, "destroyed": -4, "lost": -5, "kits": -6}
"""The virtual places and their ids, which are the same in every database: they come with the tables."""
PHYSICAL_KINDS = ("depot", "pharmacy", "service_point", "outreach", "prison")


class County(Base):
    """A county while it was one."""

    __tablename__ = "county"
    number: Mapped[str] = mapped_column(code_text(2), primary_key=True)
    valid_from: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(300))


class Municipality(Base):
    """A municipality while it had this number and name; `valid_from` is empty where older than our history, `valid_to` the first day it was gone."""

    __tablename__ = "municipality"
    number: Mapped[str] = mapped_column(code_text(4), primary_key=True)
    valid_from: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(80))
    county: Mapped[str] = mapped_column(code_text(2))
    source: Mapped[str] = mapped_column(String(300))


class MunicipalityChange(Base):
    """On a day an old number became a new one: rename, renumber, merge or split."""

    __tablename__ = "municipality_change"
    changed_on: Mapped[date] = mapped_column(primary_key=True)
    old: Mapped[str] = mapped_column(code_text(4), primary_key=True)
    new: Mapped[str] = mapped_column(code_text(4), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(300))


class Membership(Base):
    """A municipality's dated membership in a programme: network, naloxone, equipment."""

    __tablename__ = "membership"
    municipality: Mapped[str] = mapped_column(code_text(4), primary_key=True)
    programme: Mapped[str] = mapped_column(String(12), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    ends_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(300))


class Place(Base):
    """Anything stock can be at. Virtual places (supplier, transit, people …) come with the tables."""

    __tablename__ = "place"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(code_text(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    municipality: Mapped[str | None] = mapped_column(code_text(4), index=True)
    owner: Mapped[str | None] = mapped_column(code_text(60), index=True)
    served_by_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    example: Mapped[bool]
    source: Mapped[str | None] = mapped_column(String(300))
    __table_args__ = (CheckConstraint("kind IN ('depot', 'pharmacy', 'service_point', 'outreach', 'prison', 'virtual')", name="kind"),)


class Product(Base):
    """What is handed out, in whole units; a product without lots has the one lot `-`."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(code_text(60), unique=True)
    name_nb: Mapped[str] = mapped_column(String(120))
    name_nn: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    group: Mapped[str] = mapped_column("product_group", code_text(20))
    unit_nb: Mapped[str] = mapped_column(String(40))
    unit_nn: Mapped[str] = mapped_column(String(40))
    unit_en: Mapped[str] = mapped_column(String(40))
    doses_per_unit: Mapped[int | None]
    lot_required: Mapped[bool]
    expiry_required: Mapped[bool]
    shelf_life_days_min: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(500))
    source: Mapped[str | None] = mapped_column(String(300))
    unit_price_ore: Mapped[int | None]
    price_source: Mapped[str | None] = mapped_column(String(300))
    witness_on_disposal: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a second person confirms that it was destroyed."""
    __table_args__ = (CheckConstraint("(unit_price_ore IS NULL) = (price_source IS NULL)", name="price"),)


class Pack(Base):
    """A labelled package of a product: its GTIN (14 digits), how many units, and its item number where it has one."""

    __tablename__ = "pack"
    gtin: Mapped[str] = mapped_column(code_text(14), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    units: Mapped[int]
    level: Mapped[str] = mapped_column(String(10))
    item_number: Mapped[str | None] = mapped_column(code_text(20), index=True)
    source: Mapped[str | None] = mapped_column(String(300))
    __table_args__ = (CheckConstraint("units > 0", name="units"),)


class KitPart(Base):
    """So many units of a part in one kit, in a version of its content."""

    __tablename__ = "kit_part"
    kit_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    units: Mapped[int]
    starts_on: Mapped[date]
    source: Mapped[str | None] = mapped_column(String(300))


class Estimate(Base):
    """How many people are estimated to inject in an area and year: as published, several for one year kept side by side."""

    __tablename__ = "estimate"
    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(code_text(20))
    year: Mapped[int]
    low: Mapped[int | None]
    point: Mapped[int | None]
    high: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    method: Mapped[str | None] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(300))
    published_on: Mapped[date | None]
    confidence: Mapped[str | None] = mapped_column(String(60))
    rate_per_1000: Mapped[float | None] = mapped_column("rate_per_1000_15_64", Float)
    entered_at: Mapped[datetime | None] = mapped_column(Instant)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who entered it here, by hand: the reference files neither hold such a row nor take it away."""
    __table_args__ = (UniqueConstraint("area", "year", "kind", "source"),)


class Deaths(Base):
    """Overdose deaths in an area and year, in one edition: the figures are revised every year."""

    __tablename__ = "deaths"
    area: Mapped[str] = mapped_column(code_text(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    edition_order: Mapped[int] = mapped_column(primary_key=True)
    deaths: Mapped[int]
    opioid_share: Mapped[float | None] = mapped_column(Float)
    edition: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(300))


class Population(Base):
    """Persons living in an area on a day, in an age band."""

    __tablename__ = "population"
    area: Mapped[str] = mapped_column(code_text(20), primary_key=True)
    on: Mapped[date] = mapped_column("on_day", primary_key=True)
    ages: Mapped[str] = mapped_column(String(10), primary_key=True)
    persons: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))


class Reported(Base):
    """Totals published before the ledger: a numerator of its own origin, never added to the ledger's."""

    __tablename__ = "reported"
    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(code_text(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    group: Mapped[str] = mapped_column("product_group", code_text(20))
    units: Mapped[int]
    unit_as_reported: Mapped[str] = mapped_column(String(120))
    scope: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (UniqueConstraint("area", "starts_on", "ends_on", "product_group", "source"),)


class Indicator(Base):
    """A threshold of an indicator, from a day, with its source."""

    __tablename__ = "indicator"
    code: Mapped[str] = mapped_column(code_text(60), primary_key=True)
    label: Mapped[str] = mapped_column(code_text(40), primary_key=True)
    starts_on: Mapped[str] = mapped_column(String(10), primary_key=True)
    unit: Mapped[str] = mapped_column(String(120))
    threshold: Mapped[float | None] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(300))


class Point(Base):
    """A point inside a municipality, for maps."""

    __tablename__ = "point"
    number: Mapped[str] = mapped_column(code_text(4), primary_key=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    east_km: Mapped[float] = mapped_column(Float)
    north_km: Mapped[float] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(300))


Index("ix_membership_programme", Membership.programme, Membership.municipality)
