// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/egl_window.hpp"

#include <EGL/eglext.h>
#include <GL/gl.h>
#include <vtkObject.h>
#include <array>
#include <cstdio>

namespace waferscope::views {

EglWindow* EglWindow::New() {
    auto* window = new EglWindow;
    window->InitializeObjectBase();
    return window;
}

bool EglWindow::create() {
    const auto platform_display =
        reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
    display_ = platform_display != nullptr
                   ? platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr)
                   : eglGetDisplay(EGL_DEFAULT_DISPLAY);
    EGLint major = 0, minor = 0, count = 0;
    if (eglInitialize(display_, &major, &minor) == EGL_FALSE || eglBindAPI(EGL_OPENGL_API) == EGL_FALSE)
        return false;
    const std::array<EGLint, 5> wanted{EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                                       EGL_NONE};
    EGLConfig config = nullptr;
    eglChooseConfig(display_, wanted.data(), &config, 1, &count);
    if (count < 1) return false;
    const std::array<EGLint, 7> version{EGL_CONTEXT_MAJOR_VERSION,
                                        3,
                                        EGL_CONTEXT_MINOR_VERSION,
                                        2,
                                        EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                        EGL_NONE};
    context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version.data());
    if (context_ == nullptr) return false;
    MakeCurrent();
    SetReadyForRendering(true);
    SetMapped(true);
    SetIsCurrent(true);
    SetSupportsOpenGL(1);
    SetIsDirect(1);
    SetOwnContext(0);
    SetFrameBlitModeToNoBlit();
    SetMultiSamples(0);
    OpenGLInit();
    return Initialized;
}

void EglWindow::close() {
    MakeCurrent();
    Finalize();
    if (context_ == nullptr) return;
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display_, context_);
    context_ = nullptr;
}

void EglWindow::MakeCurrent() {
    if (context_ != nullptr) eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_);
}

bool EglWindow::IsCurrent() {
    return context_ != nullptr && eglGetCurrentContext() == context_;
}

void EglWindow::OpenGLInitContext() {
    if (Initialized) return;
    ContextCreationTime.Modified();
    vtkObject::GlobalWarningDisplayOff();  // glewInit() loads everything, then fails in its GLX half
    Superclass::OpenGLInitContext();
    vtkObject::GlobalWarningDisplayOn();
    const auto* version = reinterpret_cast<const char*>(glGetString(GL_VERSION));
    int major = 0, minor = 0;
    if (version != nullptr && std::sscanf(version, "%d.%d", &major, &minor) == 2 &&
        major * 10 + minor >= 32) {
        GlewInitValid = true;
        Initialized = true;
    }
}

}  // namespace waferscope::views
