// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/flat_style.hpp"

#include "views/theme/glyphs.hpp"

#include <QAbstractButton>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QVariant>

namespace waferscope::views {
namespace {

constexpr double kRadius = 4;
constexpr int kSplitter = 5;

bool is_primary(const QWidget* widget) {
    return widget != nullptr && widget->property("role").toString() == QStringLiteral("primary");
}

}  // namespace

FlatStyle::FlatStyle(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))), theme_(theme) {}

void FlatStyle::frame(QPainter* painter, const QRect& rect, const QColor& line, const QColor& fill,
                      double radius) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(line.isValid() ? QPen(line, 1) : QPen(Qt::NoPen));
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

void FlatStyle::draw_button(const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const auto state = option->state;
    const bool tool = widget != nullptr && widget->inherits("QToolButton");
    const bool enabled = state.testFlag(State_Enabled);
    const bool hot = enabled && state.testFlag(State_MouseOver);
    QColor fill = tool ? QColor() : theme_.raised;
    QColor line = tool ? QColor() : theme_.border;
    if (hot) {
        fill = theme_.hover;
        line = theme_.border_strong;
    }
    if (enabled && (state.testFlag(State_On) || state.testFlag(State_Sunken))) fill = theme_.selection;
    if (is_primary(widget) && enabled) fill = line = theme_.accent;
    if (fill.isValid() || line.isValid()) frame(painter, option->rect, line, fill, kRadius);
}

void FlatStyle::draw_check(const QStyleOption* option, QPainter* painter, bool round) const {
    const bool on = option->state.testFlag(State_On);
    const bool enabled = option->state.testFlag(State_Enabled);
    const QColor line = !enabled ? theme_.disabled : on ? theme_.accent : theme_.border_strong;
    const QColor fill = on && enabled ? theme_.accent : theme_.sunken;
    frame(painter, option->rect, line, fill, round ? option->rect.width() / 2.0 : 3);
    const QColor mark = enabled ? theme_.on_accent : theme_.disabled;
    if (on && round) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(mark);
        painter->drawEllipse(QRectF(option->rect).center(), 3, 3);
        painter->restore();
    } else if (on) {
        draw_icon(*painter, Icon::check, QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), mark);
    } else if (option->state.testFlag(State_NoChange)) {
        draw_icon(*painter, Icon::minus, QRectF(option->rect), theme_.text2);
    }
}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    switch (element) {
        case PE_PanelButtonCommand:
        case PE_PanelButtonTool:
            draw_button(option, painter, widget);
            return;
        case PE_FrameGroupBox:
        case PE_FrameTabWidget:
        case PE_Frame:
            frame(painter, option->rect, theme_.border, {}, kRadius);
            return;
        case PE_FrameDockWidget:
        case PE_FrameStatusBarItem:
        case PE_FrameTabBarBase:
        case PE_PanelMenuBar:
            return;
        case PE_PanelMenu:
        case PE_FrameMenu: {
            painter->fillRect(option->rect, theme_.raised);
            painter->setPen(theme_.border);
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            return;
        }
        case PE_PanelTipLabel: {
            painter->fillRect(option->rect, theme_.tooltip);
            painter->setPen(theme_.border_strong);
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            return;
        }
        case PE_FrameLineEdit:
        case PE_PanelLineEdit: {
            const bool bare = element == PE_PanelLineEdit && widget != nullptr &&
                              widget->parentWidget() != nullptr &&
                              (widget->parentWidget()->inherits("QAbstractSpinBox") ||
                               widget->parentWidget()->inherits("QComboBox"));
            if (bare) return;
            const bool focus = option->state.testFlag(State_HasFocus);
            frame(painter, option->rect, focus ? theme_.focus : theme_.border_strong, theme_.sunken, kRadius);
            return;
        }
        case PE_IndicatorCheckBox:
            draw_check(option, painter, false);
            return;
        case PE_IndicatorRadioButton:
            draw_check(option, painter, true);
            return;
        case PE_IndicatorBranch:
            if (option->state.testFlag(State_Children))
                draw_icon(*painter,
                          option->state.testFlag(State_Open) ? Icon::chevron_down : Icon::chevron_right,
                          QRectF(option->rect.center() - QPoint(6, 6), QSizeF(13, 13)), theme_.text2);
            return;
        case PE_FrameFocusRect:
            draw_focus_ring(*painter, theme_, QRectF(option->rect), kRadius);
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::draw_header(const QStyleOption* option, QPainter* painter) const {
    painter->fillRect(option->rect, theme_.raised);
    painter->setPen(theme_.border);
    painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
}

void FlatStyle::draw_splitter(const QStyleOption* option, QPainter* painter) const {
    painter->fillRect(option->rect, theme_.window);
    if (!option->state.testFlag(State_MouseOver)) return;
    const QRect rect = option->rect;
    const bool tall = rect.height() > rect.width();
    painter->fillRect(tall ? QRect(rect.center().x(), rect.top(), 2, rect.height())
                           : QRect(rect.left(), rect.center().y(), rect.width(), 2),
                      theme_.border_strong);
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_DockWidgetSeparatorExtent:
        case PM_SplitterWidth:
            return kSplitter;
        case PM_ScrollBarExtent:
            return 10;
        case PM_ToolBarFrameWidth:
        case PM_MenuPanelWidth:
            return 1;
        case PM_MenuVMargin:
            return 4;
        case PM_ToolBarItemSpacing:
            return 6;
        case PM_ToolBarItemMargin:
            return 3;
        case PM_SmallIconSize:
        case PM_ToolBarIconSize:
        case PM_ButtonIconSize:
        case PM_TabBarIconSize:
            return theme_.scaled(16);
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_ScrollBarSliderMin:
            return 24;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* data) const {
    switch (hint) {
        case SH_EtchDisabledText:
        case SH_UnderlineShortcut:
        case SH_DitherDisabledText:
        case SH_ScrollBar_Transient:
            return 0;
        case SH_ToolTip_WakeUpDelay:
            return 400;
        case SH_MenuBar_MouseTracking:
            return 1;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize FlatStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                  const QWidget* widget) const {
    QSize out = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_PushButton:
        case CT_ComboBox:
        case CT_LineEdit:
        case CT_SpinBox:
            out.setHeight(std::max(theme_.scaled(28), size.height() + 8));
            break;
        case CT_MenuBarItem:
            out.setHeight(theme_.scaled(28));
            break;
        case CT_MenuItem:
            out.setHeight(std::max(out.height(), size.height() < 4 ? 7 : theme_.scaled(26)));
            break;
        case CT_TabBarTab:
            out.setHeight(theme_.scaled(30));
            break;
        default:
            break;
    }
    return out;
}

}  // namespace waferscope::views
