"""How Qt's own widgets look on the staff's pages: fields, choices, tables, scroll bars."""

from kiosk.ui.desk.look import TARGET_PX, DeskLook


def page_style(look: DeskLook) -> str:
    """The style sheet of one page, whose object name is `page`."""
    palette, tall = look.palette, look.px(TARGET_PX)
    above, beside = look.px(6), look.px(12)
    return f"""
        #page {{ background: {palette.ground}; }}
        QScrollArea, #inside {{ background: transparent; border: 0; }}
        #scrolled {{ border: 2px solid transparent; border-radius: 8px; }}
        #scrolled:focus {{ border: 2px solid {palette.focus}; }}
        QLineEdit, QComboBox, QPlainTextEdit {{ background: {palette.surface}; color: {palette.ink};
            border: 1px solid {palette.line}; border-radius: 6px; padding: 1px 13px; min-height: {tall - 4}px;
            selection-background-color: {palette.brand}; selection-color: {palette.on_brand};
            placeholder-text-color: {palette.ink_soft}; }}
        QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: 3px solid {palette.focus};
            padding: 0 11px; min-height: {tall - 6}px; }}
        QLineEdit:disabled, QComboBox:disabled {{ background: {palette.disabled}; color: {palette.ink_soft}; }}
        QComboBox::drop-down {{ border: 0; width: {look.px(30)}px; }}
        QComboBox::down-arrow {{ image: none; }}
        QComboBox QAbstractItemView {{ background: {palette.surface}; color: {palette.ink};
            border: 1px solid {palette.line}; selection-background-color: {palette.brand_tint};
            selection-color: {palette.ink}; outline: 0; }}
        QComboBox QAbstractItemView::item {{ min-height: {tall}px; padding: 0 10px; }}
        QTableWidget {{ background: {palette.surface}; color: {palette.ink}; border: 2px solid {palette.hairline};
            border-radius: 6px; outline: 0; }}
        QTableWidget:focus {{ border: 2px solid {palette.focus}; }}
        QHeaderView {{ background: {palette.surface}; }}
        QHeaderView::section {{ background: {palette.surface}; color: {palette.ink_soft}; border: 0;
            border-bottom: 1px solid {palette.line}; padding: {above}px {beside}px {above}px {beside + 4}px; }}
        QTableCornerButton::section {{ background: {palette.surface}; border: 0; }}
        QScrollBar:vertical {{ background: transparent; width: 12px; margin: 3px 2px; }}
        QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px 3px; }}
        QScrollBar::handle {{ background: {palette.line}; border-radius: 4px; min-height: 32px; min-width: 32px; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    """
